"""OpenTelemetry's propagator for `baggage` that knows of the decisions of the chain, whichever
span is the present one: `OTEL_PROPAGATORS=tracecontext,togglemesh`, in place of `baggage`.
"""

from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagators import textmap

from togglemesh import otel
from togglemesh.baggage import decisions_in, signatures_in
from togglemesh.carrying import chain_decisions


class DecisionPropagator(W3CBaggagePropagator):
    """A decision that was taken within a span that has ended is still the chain's decision. What
    comes in is read as routes read it: W3CBaggagePropagator would decode values.
    """

    def extract(
        self,
        carrier: textmap.CarrierT,
        context: Context | None = None,
        getter: textmap.Getter[textmap.CarrierT] = textmap.default_getter,
    ) -> Context:
        """As of W3CBaggagePropagator, but for the decisions."""
        header = ",".join(getter.get(carrier, "baggage") or ())
        found = super().extract(carrier, context, getter)
        if not header:
            return found
        taken: Context = otel.with_decisions(found, decisions_in(header), signatures_in(header))
        return taken

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
