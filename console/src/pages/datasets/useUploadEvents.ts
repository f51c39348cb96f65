import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { openUploadsQuery } from "../../api/datasets";
import { rememberImport } from "./imports";
import { uploads } from "./uploads";

/** What the ends of uploads change on this page; it goes on when the page is left. */
export function useUploadEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    uploads.listen({
      onImport: (job) => rememberImport(job.id, job.name ?? job.id),
      onChange: () => void client.invalidateQueries({ queryKey: openUploadsQuery.queryKey }),
    });
  }, [client]);
}
