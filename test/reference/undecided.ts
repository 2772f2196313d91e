import type { Story } from './draw-story.ts';

/**
 * What may be drawn and is not compared, each with the reason: a question that nobody has answered yet, or a defect that is known.
 * An entry goes when it is decided or mended.
 */
interface Undecided {
  readonly what: string;
  readonly concerns: (story: Story) => boolean;
}

export const UNDECIDED: readonly Undecided[] = [];
