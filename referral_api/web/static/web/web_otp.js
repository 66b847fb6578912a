// WebOTP (https://wicg.github.io/web-otp/): the browser reads the SMS, where it can and the person
// agrees. It hands over a code that names this host alone; gateways/sms/text.py writes such a line.

let reading = new AbortController();

/**
 * Waits for the SMS; an earlier wait ends.
 * @param {(code: string) => void} use
 */
export async function readSms(use) {
  stopReading();
  if (!("OTPCredential" in window)) return;
  reading = new AbortController();
  const { signal } = reading;
  const sms = await credential(signal);
  if (sms && !signal.aborted) use(sms.code);
}

export function stopReading() {
  reading.abort();
}

/**
 * Nothing, where the person declined or the wait has ended: then the code is typed.
 * @param {AbortSignal} signal
 */
async function credential(signal) {
  try {
    const found = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal });
    return /** @type {OTPCredential | null} */ (found);
  } catch {
    return null;
  }
}
