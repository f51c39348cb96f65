/**
 * An exponential moving average that is corrected for its start, as TensorBoard draws it. `weight`: 0 (nothing) to
 * 0.99. Missing values stay missing and do not count.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let count = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    average = average * weight + value * (1 - weight);
    count += 1;
    return average / (1 - weight ** count);
  });
}
