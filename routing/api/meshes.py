"""The mesh of an environment. All teams share it, so changing it takes the right to meshes."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from governance.changes import perform
from routing import changes
from routing.api.schemas import MeshRequest, MeshResponse
from routing.reads import get_mesh


class OneMesh(APIView):
    @extend_schema(operation_id="get_mesh", responses=MeshResponse)
    def get(self, request: Request, environment: str) -> Response:
        return Response(MeshResponse(get_mesh(environment)).data)

    @extend_schema(operation_id="set_mesh", request=MeshRequest, responses={200: MeshResponse})
    def put(self, request: Request, environment: str) -> Response:
        """The router checks its settings itself."""
        by, asked = read_change(request, MeshRequest)
        mesh = perform(by, changes.SetMesh(environment=environment, **asked))
        return Response(MeshResponse(mesh).data)

    @describe_deletion("delete_mesh", GuardedRequest)
    def delete(self, request: Request, environment: str) -> Response:
        """Refused while routes are wanted there."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteMesh(environment, **asked))
        return Response(status=204)
