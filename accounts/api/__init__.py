"""The management API's shared edge: how refusals are answered, who may ask."""
