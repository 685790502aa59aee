"""A folder of YAML files: read with positions, so that each mistake has its line."""
