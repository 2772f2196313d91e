import type { FastifyInstance } from 'fastify';

/** Spans of requests, for whoever collects them. */
export interface Tracing {
  /** Makes a span of each request to a server: route, method and status, and what the caller's own trace is. Nothing of what was asked. */
  watch(app: FastifyInstance): void;
  /** Sends what is left. */
  end(): Promise<void>;
}

/**
 * Tracing where OTEL_EXPORTER_OTLP_ENDPOINT names a collector (OTLP over HTTP); nothing is loaded where it does not. Other settings are those
 * of OpenTelemetry itself, as OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER.
 */
export async function startTracing(env: Readonly<Record<string, string | undefined>>): Promise<Tracing | undefined> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || endpoint === '') return undefined;
  const { context, propagation, SpanKind, SpanStatusCode } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': env.OTEL_SERVICE_NAME ?? 'ledger-api' }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  });
  provider.register();
  const tracer = provider.getTracer('commission-ledger');
  return {
    watch(app) {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'none';
        const end = Date.now();
        const parent = propagation.extract(context.active(), request.headers);
        const span = tracer.startSpan(
          `${request.method} ${route}`,
          {
            kind: SpanKind.SERVER,
            startTime: end - reply.elapsedTime,
            attributes: {
              'http.request.method': request.method,
              'http.route': route,
              'http.response.status_code': reply.statusCode,
            },
          },
          parent,
        );
        if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(end);
      });
    },
    end: () => provider.shutdown(),
  };
}
