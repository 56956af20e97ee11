/**
 * What a line of the Cost and Usage Report costs. Amortised as AWS's own Cloud Intelligence Dashboards compute it
 * (summary_view.sql): usage that a savings plan or a reservation covers costs what of the commitment it used up.
 */
import type { Columns } from '../billing/columns.js';
import { needColumn } from '../billing/export-conditions.js';

export const COSTS = ['amortized', 'net-amortized', 'unblended', 'net-unblended', 'list'] as const;
export type CurCost = (typeof COSTS)[number];

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z]/gu, '')
    .replace('amortised', 'amortized')
    .replace(/cost$/u, '');

/** `amortized`, `AmortizedCost`, `NET_UNBLENDED_COST` …; undefined for what is no cost of one arm. */
export const costOf = (text: string): CurCost | undefined =>
  COSTS.find((cost) => plain(cost) === plain(text));

const amortized = (columns: Columns, net: boolean): string => {
  const type = columns.text('line_item_line_item_type');
  const pick = (gross: string, netted: string): string => columns.amount(net ? netted : gross);
  const minus = (a: string, b: string): string => `${columns.amount(a)} - ${columns.amount(b)}`;
  const plus = (a: string, b: string): string => `${a} + ${b}`;
  const unusedFee = pick(
    'reservation_unused_amortized_upfront_fee_for_billing_period',
    'reservation_net_unused_amortized_upfront_fee_for_billing_period',
  );
  const unusedRecurring = pick('reservation_unused_recurring_fee', 'reservation_net_unused_recurring_fee');
  const covered = pick(
    'savings_plan_savings_plan_effective_cost',
    'savings_plan_net_savings_plan_effective_cost',
  );
  return `CASE ${type}
    WHEN 'SavingsPlanCoveredUsage' THEN ${covered}
    WHEN 'SavingsPlanRecurringFee' THEN ${minus('savings_plan_total_commitment_to_date', 'savings_plan_used_commitment')}
    WHEN 'SavingsPlanNegation' THEN 0
    WHEN 'SavingsPlanUpfrontFee' THEN 0
    WHEN 'DiscountedUsage' THEN ${pick('reservation_effective_cost', 'reservation_net_effective_cost')}
    WHEN 'RIFee' THEN ${plus(unusedFee, unusedRecurring)}
    ELSE ${pick('line_item_unblended_cost', 'line_item_net_unblended_cost')} END`;
};

/** Lines that only correct what others cost. */
const NO_LIST_PRICE =
  "'SavingsPlanNegation', 'BundledDiscount', 'EdpDiscount', 'PrivateRateDiscount', 'DistributorDiscount', 'Discount'";

/** SQL; NULL where a line has no such cost, which is refused where the line counts. */
export const costSql = (file: string, columns: Columns, cost: CurCost): string => {
  const net = cost === 'net-amortized' || cost === 'net-unblended';
  const column =
    cost === 'list' ? 'pricing_public_on_demand_cost' : `line_item_${net ? 'net_' : ''}unblended_cost`;
  needColumn(file, columns, column);
  return cost === 'amortized' || cost === 'net-amortized'
    ? `CAST(${amortized(columns, net)} AS DECIMAL(38, 18))`
    : cost === 'list'
      ? `CASE WHEN ${columns.text('line_item_line_item_type')} IN (${NO_LIST_PRICE}) THEN 0 ELSE ${columns.amount(column)} END`
      : columns.amount(column);
};

/** Unblended, usage under a commitment shows the price without it, or nothing: neither is what it cost. */
export const doubtfulSql = (columns: Columns, cost: CurCost): string =>
  cost === 'unblended' || cost === 'net-unblended'
    ? `${columns.text('line_item_line_item_type')} IN ('SavingsPlanCoveredUsage', 'DiscountedUsage')`
    : 'false';
