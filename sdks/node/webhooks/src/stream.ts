import { concat } from "./bytes.js";

/**
 * All bytes of a stream; `null` for more than `bytesMax`. The rest is read but not kept: leaving the loop would
 * destroy a Node request, and its sender would never see the answer.
 */
export async function readAll(stream: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
  }
  return bytes <= bytesMax ? concat(chunks) : null;
}
