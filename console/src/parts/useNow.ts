import { useEffect, useState } from "react";

/** The time in ms, renewed every `period`: for ages and "5 minutes ago". */
export function useNow(period = 15_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
}
