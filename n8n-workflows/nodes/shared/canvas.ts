// What the nodes of a sequence do when somebody runs them in n8n: nothing. Sluice runs the published
// sequence; n8n only draws it.
import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from "n8n-workflow";

const START = /\.sluiceSequenceStart$/;

/** The items as they came, for each output. Refuses a node that belongs to no sequence. */
export function passThrough(
  node: IExecuteFunctions,
  outputs: number,
): Promise<INodeExecutionData[][]> {
  const { name } = node.getNode();
  if (!node.getParentNodes(name).some(({ type }) => START.test(type))) {
    const error = new NodeOperationError(
      node.getNode(),
      `${name} is part of a sequence: put it behind Sluice Sequence Start.`,
      { description: "To act on a lead at once, use the node Sluice." },
    );
    return Promise.reject(error);
  }
  const items = node.getInputData().map((item, index) => ({
    ...item,
    pairedItem: { item: index },
  }));
  return Promise.resolve(Array.from({ length: outputs }, () => items));
}
