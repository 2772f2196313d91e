import type { Story } from './draw-story.ts';

/**
 * What may be drawn and is not compared, each with the reason: a question that nobody has answered yet, or a defect that is known.
 * An entry goes when it is decided or mended.
 */
interface Undecided {
  readonly what: string;
  readonly concerns: (story: Story) => boolean;
}

export const UNDECIDED: readonly Undecided[] = [
  {
    what: 'What a hold of one deal takes of a correction that another plan or version brings: only part of it is held.',
    concerns: ({ pay, changes }) =>
      pay !== null &&
      changes.length + pay.changes.length > 0 &&
      pay.decisions.some(({ terms }) => terms.kind === 'hold' && terms.deal !== null),
  },
];
