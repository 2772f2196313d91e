import { saveTable } from '../../parts/save.tsx';

/** Saves rows as a CSV file. A text that a spreadsheet would calculate with is quoted as text (OWASP, CSV injection). */
export function saveCsv(name: string, rows: readonly (readonly string[])[]): void {
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  saveTable(`${text}\r\n`, name);
}

function cell(text: string): string {
  const isNumber = /^-?[0-9]+(?:\.[0-9]+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
