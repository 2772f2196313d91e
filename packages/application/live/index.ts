export type { Batch, Ending, Reader, Sink, Topic } from './follower.ts';
export { LIVE_LIMITS, type Live, type LiveLimits, openLive } from './live.ts';
export type { Notice } from './notices.ts';
export { type Following, following, type Told } from './told.ts';
