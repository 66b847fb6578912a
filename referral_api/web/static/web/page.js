// Where the page begins.

/** @import { OnSession } from "../../types" */

import { forgetAccount, startAccount } from "./account.js";
import { $, forgetDrafts, keepDrafts, notice } from "./dom.js";
import { openCode, openPhone, startLogin } from "./login.js";
import { forgetProfile, openProfile, showProfile, startProfile } from "./profile.js";
import { endSession, endSessionElsewhere, joinSession } from "./session.js";
import { keep, state } from "./store.js";
import { say } from "./text.js";

/** An invite link is remembered until its code is used; the address keeps it until the login. */
function takeInvite() {
  const invite = new URLSearchParams(location.search).get("invite")?.trim().slice(0, 64);
  if (invite && invite !== state.invite) keep({ invite, offered: true });
}

/** @type {OnSession} */
async function enterSession(inviteProblem) {
  history.replaceState(null, "", location.pathname);
  notice("");
  await openProfile(inviteProblem);
}

/** @param {string} text */
function leaveSession(text) {
  endSession();
  keep({ request: null });
  forgetProfile();
  forgetAccount();
  forgetDrafts();
  openPhone();
  notice(text);
}

for (const button of $("languages").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    document.cookie = `django_language=${button.value}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  });
}

takeInvite();
keepDrafts();
startLogin(enterSession);
startProfile(() => {
  endSessionElsewhere();
  leaveSession(say("logged_out"));
});
startAccount(showProfile, (text) => {
  endSessionElsewhere();
  leaveSession(text);
});
addEventListener("logged-out", () => leaveSession(say("logged_out")));
addEventListener("session-ended", () => leaveSession(say("session_ended")));

joinSession();
if (state.session) enterSession(null);
else if (state.step === "code" && state.request) openCode();
else openPhone();
