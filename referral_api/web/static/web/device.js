// The device token says that this browser has logged in to a phone before. It opens nothing by
// itself, and outlives the session, so it is kept in localStorage.

const KEY = "referral-api-device";

/** @returns {string | null} */
export function deviceToken() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} token */
export function keepDeviceToken(token) {
  try {
    localStorage.setItem(KEY, token);
  } catch {
    // A browser that forbids storage: the next login is a stranger's.
  }
}
