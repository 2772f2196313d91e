export {
  type CheckedLines,
  checkLines,
  type LineProblem,
  type LinesInput,
  type LinesProblem,
  type ToldDeal,
} from './check.ts';
