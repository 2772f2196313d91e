export { natsBus } from './bus.ts';
export { type FactStream, factStream, type Outgoing, type StreamEnd, type StreamSettings } from './facts.ts';
export { linkNats, type NatsLink, type NatsSettings, natsSettings } from './link.ts';
export { factsUnder, streamName, subjectOf, wakeSubject } from './subjects.ts';
