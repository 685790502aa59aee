"""Services, participants, routes, and the routers that write routes into a mesh."""
