export { statementCsv } from './csv.ts';
export { type StatementPaper, statementPdf } from './pdf.ts';
