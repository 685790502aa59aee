"""OpenTelemetry's propagator for `baggage` that knows of the decisions of the chain, whichever
span is the present one: `OTEL_PROPAGATORS=tracecontext,togglemesh`, in place of `baggage`.
"""

from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagators import textmap

from togglemesh import otel
from togglemesh.carrying import chain_decisions


class DecisionPropagator(W3CBaggagePropagator):
    """A decision that was taken within a span that has ended is still the chain's decision."""

    def inject(
        self,
        carrier: textmap.CarrierT,
        context: Context | None = None,
        setter: textmap.Setter[textmap.CarrierT] = textmap.default_setter,
    ) -> None:
        """As of W3CBaggagePropagator, with the chain's decisions in place of the context's."""
        chain = chain_decisions()
        if chain is not None:
            context = otel.with_decisions(context, *chain)
        super().inject(carrier, context, setter)
