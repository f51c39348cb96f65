import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ApiError } from "../api/errors";
import { asApiError } from "../api/errors";
import type { ErrorInfo } from "../api/schema";
import { useText } from "../text";
import { CommandLine } from "./CommandLine";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** An error of a request: a sentence for its code, the gateway's own message and hint, and what support asks for. */
export function ErrorAlert({ error, onRetry }: Props) {
  const text = useText();
  const shown = asApiError(error);
  return (
    <Alert color="red" role="alert" title={<ErrorTitle code={shown.code} message={shown.message} />} w="100%">
      <Stack gap="xs">
        <ErrorText error={shown} />
        <ErrorCode code={shown.code} requestId={shown.requestId} />
        {onRetry && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {text.common.retry}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** What support asks for. */
export function ErrorCode({ code, requestId }: { code: string; requestId: string | null }) {
  const { errors } = useText();
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {errors.code} <Code className="ltr">{code}</Code>
      {requestId && (
        <>
          {" "}
          {errors.request} <Code className="ltr">{requestId}</Code>
        </>
      )}
    </Text>
  );
}

/** The error of a job that has failed. */
export function JobError({ error }: { error: ErrorInfo }) {
  return (
    <Alert color="red" title={<ErrorTitle code={error.code} message={error.message} />}>
      <ErrorText error={error} />
      <ErrorCode code={error.code} requestId={null} />
    </Alert>
  );
}

function ErrorTitle({ code, message }: { code: string; message: string }) {
  const text = useText();
  return <span dir="auto">{text.errors.byCode[code] ?? message}</span>;
}

function ErrorText({ error }: { error: Pick<ApiError, "code" | "message"> & Partial<Pick<ErrorInfo, "hint">> }) {
  const text = useText();
  const translated = error.code in text.errors.byCode;
  return (
    <>
      {translated && (
        <Text size="sm" dir="auto" style={{ overflowWrap: "anywhere" }}>
          {error.message}
        </Text>
      )}
      {error.hint &&
        (error.hint.startsWith("sokhan ") ? <CommandLine command={error.hint} /> : <Hint hint={error.hint} />)}
    </>
  );
}

function Hint({ hint }: { hint: string }) {
  return (
    <Text size="sm" c="dimmed" dir="auto" style={{ overflowWrap: "anywhere" }}>
      {hint}
    </Text>
  );
}
