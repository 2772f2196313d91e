export { allocate, type Share } from './allocate.ts';
export { decimalsShown, isCurrency, minorUnits } from './currency.ts';
export { MoneyError } from './error.ts';
export {
  abs,
  add,
  cmp,
  div,
  type Exact,
  equal,
  exact,
  fraction,
  fromText,
  isZero,
  max,
  meantShare,
  min,
  mul,
  neg,
  ONE,
  percent,
  percentsText,
  type RoundingMode,
  shareIn,
  sign,
  sub,
  sum,
  toDecimalText,
  toText,
  ZERO,
} from './exact.ts';
export {
  addMoney,
  convert,
  forPeople,
  type Money,
  money,
  negate,
  type Rate,
  round,
  roundDecimal,
  sumMoney,
} from './money.ts';
export { type Checked, checkAmount, checkDecimal, DECIMAL, grouped, PERCENT } from './text.ts';
