import { Text } from "@mantine/core";
import type { DownloadView } from "../../api/schema";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { whyStill } from "./whyStill";

/** The sentence under a bar that does not move. */
export function StillReason({ job }: { job: DownloadView }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub.download.still;
  const still = job.control ? null : whyStill(job);
  return (
    <div role="status">
      {still && (
        <Text size="sm">
          {still.kind === "retry" ? (
            <>
              {words.retry(format.duration(still.seconds))} <bdi dir="ltr">{still.reason}</bdi>
              {still.attempt !== null && ` (${words.attempt(format.integer(still.attempt))})`}
            </>
          ) : still.kind === "message" ? (
            <span dir="auto">{still.message}</span>
          ) : (
            words[still.kind]
          )}
        </Text>
      )}
    </div>
  );
}
