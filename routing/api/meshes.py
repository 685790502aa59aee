"""The mesh of an environment. All teams share it, so it takes an owner to change it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.api.rights import check_somewhere
from routing import actions
from routing.api.schemas import MeshRequest, MeshResponse


class OneMesh(APIView):
    @extend_schema(operation_id="set_mesh", request=MeshRequest, responses={200: MeshResponse})
    def put(self, request: Request, environment: str) -> Response:
        """The router checks its settings itself."""
        check_somewhere(request, "own", "a mesh")
        by, asked = read_change(request, MeshRequest)
        mesh = actions.set_mesh(by, environment=environment, **asked)
        return Response(MeshResponse(mesh).data)
