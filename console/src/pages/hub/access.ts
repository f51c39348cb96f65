import type { ErrorBody } from "../../api/schema";

/** Whether a Hub token, or access of its owner, mends this error. */
export function needsAccess(error: Partial<Pick<ErrorBody, "action" | "code">> | null | undefined): boolean {
  return error?.action === "store_hub_token" || error?.code === "GATED_REPO";
}

/** The page of a repository on the Hub, where access is asked for. */
export function hubPage(repo: string, type: string): string {
  return `https://huggingface.co/${type === "dataset" ? "datasets/" : ""}${repo}`;
}
