export const COUNTS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'] as const;

/** `two of finance and one of manager`: one for each approval that is needed. */
export function approversText(approvers: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const roles of approvers) counts.set(roles.join(' or '), (counts.get(roles.join(' or ')) ?? 0) + 1);
  return [...counts].map(([role, count]) => `${COUNTS[count] ?? count} of ${role}`).join(' and ');
}
