"""The mesh of an environment. All teams share it, so it takes an owner to change it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from governance.changes import perform
from routing import changes
from routing.api.schemas import MeshRequest, MeshResponse


class OneMesh(APIView):
    @extend_schema(operation_id="set_mesh", request=MeshRequest, responses={200: MeshResponse})
    def put(self, request: Request, environment: str) -> Response:
        """The router checks its settings itself."""
        by, asked = read_change(request, MeshRequest)
        mesh = perform(by, changes.SetMesh(environment=environment, **asked))
        return Response(MeshResponse(mesh).data)
