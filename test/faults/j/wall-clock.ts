/**
 * Imported into a service before its own code (`--import`): sets its wall clock by CLOCK_SHIFT_MS, at once or, with CLOCK_SHIFT_AT
 * naming a signal, when that comes. The monotonic clock and the timers go on as ever, as they do when somebody sets the clock
 * of a machine.
 */
const shift = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const signal = process.env.CLOCK_SHIFT_AT as NodeJS.Signals | undefined;
let shifted = signal ? 0 : shift;
if (signal) process.on(signal, () => (shifted = shift));

const TrueDate = Date;

class ShiftedDate extends TrueDate {
  constructor(...fields: unknown[]) {
    super(...((fields.length > 0 ? fields : [ShiftedDate.now()]) as [number]));
  }

  static override now(): number {
    return TrueDate.now() + shifted;
  }

  /** Dates that the runtime itself makes, such as a file's times, are dates too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(TrueDate, value);
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
