export { asPersona } from './demo.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { byIssuer, type Issuer, withoutIssuer } from './oidc.ts';
export { documentOf, problemDocument, statusOf } from './problems.ts';
export type { Route } from './route.ts';
export { ROUTES } from './routes/index.ts';
export { type Serving, serve } from './serve.ts';
export { createServer, type ServerOptions } from './server.ts';
export type { Authenticator } from './sign-in.ts';
