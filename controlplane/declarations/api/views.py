"""Plan and apply over the management API."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.reads import get_environment
from controlplane.declarations.api.schemas import DeclarationsRequest, DeclarationsResponse
from controlplane.declarations.applying import apply, plan
from controlplane.declarations.documents import Document, read_document
from controlplane.declarations.outcomes import Mistakes
from controlplane.declarations.steps import in_order
from governance.names import check_key
from governance.refusals import Refusal


class Declarations(APIView):
    @extend_schema(
        operation_id="apply_declarations",
        request=DeclarationsRequest,
        responses={200: DeclarationsResponse},
    )
    def post(self, request: Request) -> Response:
        """Make what is there be what documents declare; with `dry_run` say what that would change.

        The shared things first, then each environment in a transaction of its own. A mistake
        anywhere refuses the whole; `errors` tells all of them, by paths as in
        `documents[3].environments.production.rules[0].percentage`. What the source declared before
        and does not any more goes: features are archived, the rest is deleted unless it is needed.
        """
        by, asked = read_change(request, DeclarationsRequest)
        source = check_key(asked["source"], "source")
        documents = in_order(_read(asked["documents"]))
        only = asked.get("environments")
        for environment in only or ():
            get_environment(environment)
        do = plan if asked["dry_run"] else apply
        outcomes = do(by, source, documents, only)
        changed = any(outcome.writes for outcome in outcomes)
        told = {"source": source, "dry_run": asked["dry_run"], "differs": changed}
        return Response(DeclarationsResponse({**told, "outcomes": outcomes}).data)


def _read(given: Sequence[dict[str, Any]]) -> list[Document]:
    documents, mistakes = [], Mistakes()
    for place, one in enumerate(given):
        try:
            documents.append(
                read_document(
                    one["content"], f"documents[{place}]", file=one["file"], line=one["line"]
                )
            )
        except Refusal as refused:
            mistakes.note(f"documents[{place}]", refused)
    mistakes.check()
    return documents
