"""Management API of services, meshes, participants and routes: thin views that perform changes."""
