import { Alert } from "@mantine/core";
import { CommandLine } from "./CommandLine";

/** A key, a link or a secret that the gateway shows once. */
export function Secret({ title, value }: { title: string; value: string }) {
  return (
    <Alert color="yellow" role="status" title={title}>
      <CommandLine command={value} />
    </Alert>
  );
}
