import { MoneyError, shown } from './error.ts';

// ISO 4217 list one as of 2026-01-01. Kept here because the platform's locale data gives other minor units for several
// currencies (it says how people write prices, not in what units banks pay). Codes without a minor unit (metals, XDR,
// XTS, XXX) are left out: nobody can be paid in them.
const BY_MINOR_UNITS: ReadonlyMap<number, string> = new Map([
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
     COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
     INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
     MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
     STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]);

// Withdrawn since 2021 (CUC 2021, HRK and SLL 2023, ZWL 2024, ANG 2025, BGN 2026). A code never leaves this table: a
// ledger must be able to read what it recorded while the currency was in use.
const WITHDRAWN_WITH_TWO = 'ANG BGN CUC HRK SLL ZWL';

const MINOR_UNITS: ReadonlyMap<string, number> = new Map([
  ...[...BY_MINOR_UNITS].flatMap(([units, codes]) => codes.split(/\s+/).map((code) => [code, units] as const)),
  ...WITHDRAWN_WITH_TWO.split(' ').map((code) => [code, 2] as const),
]);

/** Whether amounts can be kept in this currency: an ISO 4217 code in capitals that has a minor unit. */
export function isCurrency(code: string): boolean {
  return MINOR_UNITS.has(code);
}

/** Decimals of the currency's smallest unit by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. Throws MoneyError if unknown. */
export function minorUnits(code: string): number {
  const units = MINOR_UNITS.get(code);
  if (units === undefined) {
    throw new MoneyError(`${shown(code)} is not a currency of ISO 4217; write its three capitals, such as USD`);
  }
  return units;
}

/** Decimals in which people read an amount: those of its currency, or two where the unit is none, as a sum of credits. Display only. */
export function decimalsShown(unit: string | undefined): number {
  return unit !== undefined && isCurrency(unit) ? minorUnits(unit) : 2;
}
