export { asPersona } from './demo.ts';
export { documentOf, problemDocument, statusOf } from './problems.ts';
export type { Route } from './route.ts';
export { ROUTES } from './routes/index.ts';
export { createServer, type ServerOptions } from './server.ts';
export type { Authenticator } from './sign-in.ts';
