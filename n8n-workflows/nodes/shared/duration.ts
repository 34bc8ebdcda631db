import type { INodeProperties } from "n8n-workflow";

/** Amount and unit of a time. */
export const duration = (
  of: { amount: number; unit: string },
): INodeProperties[] => [
  {
    displayName: "Amount",
    name: "amount",
    type: "number",
    noDataExpression: true,
    typeOptions: { minValue: 0 },
    default: of.amount,
  },
  {
    displayName: "Unit",
    name: "unit",
    type: "options",
    noDataExpression: true,
    options: [
      { name: "Days", value: "days" },
      { name: "Hours", value: "hours" },
      { name: "Minutes", value: "minutes" },
    ],
    default: of.unit,
  },
];
