import { gatewayFetch } from "../../api/client";
import type { SpeechRequest } from "../../api/schema";

/** The whole speech as a file. Throws `ApiError`. */
export async function speechFile(body: SpeechRequest): Promise<Blob> {
  const request = new Request(`${location.origin}/v1/audio/speech`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await gatewayFetch(request)).blob();
}
