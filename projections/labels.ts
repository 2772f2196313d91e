/** Labels under which rows of several views are found. */
export const participantLabel = (participant: string): string => `participant:${participant}`;
export const periodLabel = (period: string): string => `period:${period}`;
