// The walk through the API: what is sent, as whom, and what must come back.
// A step's `check` runs in Postman, alone: it sees `pm`, and nothing of this file.

const JSON_OF_ALICE = { phone: "{{alicePhone}}", code: "{{code}}", request_id: "{{requestId}}" };
const JSON_OF_BOB = { phone: "{{bobPhone}}", code: "{{code}}", request_id: "{{requestId}}" };

export const VARIABLES = {
  baseUrl: "http://127.0.0.1:8000",
  alicePhone: "",
  aliceAccess: "",
  aliceRefresh: "",
  aliceSpentRefresh: "",
  aliceApiToken: "",
  aliceDevice: "",
  aliceSession: "",
  aliceInviteCode: "",
  bobPhone: "",
  bobNewPhone: "",
  bobAccess: "",
  bobInviteCode: "",
  unknownInviteCode: "",
  requestId: "",
  code: "",
  wrongCode: "",
};

export const DESCRIPTION = `\
Run the collection from top to bottom: Alice and Bob log in with random phones, Bob activates Alice's invite code, and
each refusal worth seeing is provoked. The code comes from the answer of the imitated SMS, so the service must show it
(\`SMS_SHOW_CODE=true\`, which \`make run\` implies). Set \`baseUrl\` to your service.`;

export const FOLDERS = [
  {
    name: "1. Alice logs in",
    steps: [
      {
        operation: "request_code",
        name: "Alice requests a code",
        body: { phone: "{{alicePhone}}" },
        prepare: () => {
          const phone = () => "+7916" + String(Math.floor(Math.random() * 1e7)).padStart(7, "0");
          pm.collectionVariables.set("alicePhone", phone());
          pm.collectionVariables.set("bobPhone", phone());
        },
        status: 202,
        check: () => {
          pm.test("the code is shown", () => pm.expect(body.code, "SMS_SHOW_CODE=true?").to.match(/^\d{4,8}$/));
          pm.test("the phone is Alice's", () => pm.expect(body.phone).to.eql(pm.variables.get("alicePhone")));
          pm.collectionVariables.set("code", body.code);
          pm.collectionVariables.set("wrongCode", String((Number(body.code[0]) + 1) % 10) + body.code.slice(1));
          pm.collectionVariables.set("requestId", body.request_id);
        },
      },
      {
        operation: "request_code",
        name: "… and again at once: too soon",
        body: { phone: "{{alicePhone}}" },
        status: 429,
        problem: "too_many_requests",
        check: () => {
          pm.test("Retry-After says when", () => {
            pm.expect(body.retry_after).to.be.within(1, 3600);
            pm.response.to.have.header("Retry-After", String(body.retry_after));
          });
        },
      },
      {
        operation: "log_in",
        name: "A wrong code",
        body: { ...JSON_OF_ALICE, code: "{{wrongCode}}" },
        status: 400,
        problem: "code_invalid",
        check: () => {
          pm.test("tries are left", () => pm.expect(body.attempts_left).to.be.at.least(1));
        },
      },
      {
        operation: "log_in",
        name: "The right code",
        body: JSON_OF_ALICE,
        status: 200,
        check: () => {
          pm.test("Alice is new", () => pm.expect(body.is_new_user).to.eql(true));
          pm.test("the token is a Bearer token", () => pm.expect(body.token_type).to.eql("Bearer"));
          pm.collectionVariables.set("aliceAccess", body.access);
          pm.collectionVariables.set("aliceRefresh", body.refresh);
          pm.collectionVariables.set("aliceDevice", body.device_token);
        },
      },
      {
        operation: "log_in",
        name: "The same code again: it is used",
        body: JSON_OF_ALICE,
        status: 400,
        problem: "code_expired",
      },
      {
        operation: "request_code",
        name: "A stranger requests a code for Alice's phone",
        body: { phone: "{{alicePhone}}" },
        status: 202,
      },
      {
        operation: "request_code",
        name: "Alice's device need not wait for the stranger",
        body: { phone: "{{alicePhone}}", device_token: "{{aliceDevice}}" },
        status: 202,
      },
      {
        operation: "read_profile",
        name: "Alice's profile",
        bearer: "aliceAccess",
        status: 200,
        check: () => {
          pm.test("it is hers, and empty", () => {
            pm.expect(body.phone).to.eql(pm.variables.get("alicePhone"));
            pm.expect(body.invite_code).to.match(/^[2-9A-HJ-NP-Z]{6}$/);
            pm.expect(body.activated_invite_code).to.eql(null);
            pm.expect(body.invited_users).to.eql({ total: 0, items: [], next_cursor: null });
          });
          pm.collectionVariables.set("aliceInviteCode", body.invite_code);
        },
      },
      {
        operation: "read_profile",
        name: "A profile without a token",
        status: 401,
        problem: "unauthenticated",
        check: () => {
          pm.test("WWW-Authenticate names the schemes", () => pm.response.to.have.header("WWW-Authenticate"));
        },
      },
    ],
  },
  {
    name: "2. Bob is invited",
    steps: [
      {
        operation: "request_code",
        name: "Bob requests a code",
        body: { phone: "{{bobPhone}}" },
        status: 202,
        check: () => {
          pm.collectionVariables.set("code", body.code);
          pm.collectionVariables.set("requestId", body.request_id);
        },
      },
      {
        operation: "log_in",
        name: "Bob logs in",
        body: JSON_OF_BOB,
        status: 200,
        check: () => {
          pm.test("Bob is new", () => pm.expect(body.is_new_user).to.eql(true));
          pm.collectionVariables.set("bobAccess", body.access);
        },
      },
      {
        operation: "read_profile",
        name: "Bob's profile",
        bearer: "bobAccess",
        status: 200,
        check: () => {
          const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
          const random = () => letters[Math.floor(Math.random() * letters.length)];
          pm.collectionVariables.set("bobInviteCode", body.invite_code);
          pm.collectionVariables.set("unknownInviteCode", "9" + Array.from({ length: 5 }, random).join(""));
        },
      },
      {
        operation: "activate_invite",
        name: "An unknown invite code",
        bearer: "bobAccess",
        body: { invite_code: "{{unknownInviteCode}}" },
        status: 404,
        problem: "invite_unknown",
      },
      {
        operation: "activate_invite",
        name: "His own invite code",
        bearer: "bobAccess",
        body: { invite_code: "{{bobInviteCode}}" },
        status: 409,
        problem: "invite_own",
      },
      {
        operation: "activate_invite",
        name: "Alice's invite code",
        bearer: "bobAccess",
        body: { invite_code: "{{aliceInviteCode}}" },
        status: 200,
        check: () => {
          pm.test("it is activated", () => {
            pm.expect(body.activated_invite_code).to.eql(pm.variables.get("aliceInviteCode"));
            pm.expect(Date.parse(body.activated_at)).to.be.closeTo(Date.now(), 3_600_000);
          });
        },
      },
      {
        operation: "activate_invite",
        name: "A second invite code",
        bearer: "bobAccess",
        body: { invite_code: "{{aliceInviteCode}}" },
        status: 409,
        problem: "invite_already_activated",
        check: () => {
          pm.test("it says which one was activated", () =>
            pm.expect(body.activated_invite_code).to.eql(pm.variables.get("aliceInviteCode")));
        },
      },
      {
        operation: "list_invited_users",
        name: "Alice sees Bob",
        bearer: "aliceAccess",
        query: { limit: "50" },
        status: 200,
        check: () => {
          pm.test("Bob is on the list", () => {
            pm.expect(body.total).to.eql(1);
            pm.expect(body.items).to.have.lengthOf(1);
            pm.expect(body.items[0].phone.slice(-2)).to.eql(pm.variables.get("bobPhone").slice(-2));
            pm.expect(body.next_cursor).to.eql(null);
          });
        },
      },
    ],
  },
  {
    name: "3. A token for scripts",
    steps: [
      {
        operation: "create_api_token",
        name: "Alice gets an API token",
        bearer: "aliceAccess",
        status: 201,
        check: () => {
          pm.test("it is long", () => pm.expect(body.token.length).to.be.at.least(40));
          pm.collectionVariables.set("aliceApiToken", body.token);
        },
      },
      {
        operation: "read_profile",
        name: "Her profile by API token",
        token: "aliceApiToken",
        status: 200,
        check: () => {
          pm.test("it is hers", () => pm.expect(body.phone).to.eql(pm.variables.get("alicePhone")));
          pm.test("Bob is in it", () => pm.expect(body.invited_users.total).to.eql(1));
        },
      },
      { operation: "revoke_api_token", name: "Alice revokes it", token: "aliceApiToken", status: 204 },
      {
        operation: "read_profile",
        name: "A revoked API token",
        token: "aliceApiToken",
        status: 401,
        problem: "unauthenticated",
      },
    ],
  },
  {
    name: "4. The session goes on, and ends",
    steps: [
      {
        operation: "refresh_session",
        name: "Alice refreshes her session",
        body: { refresh: "{{aliceRefresh}}" },
        status: 200,
        check: () => {
          pm.test("both tokens are new", () => {
            pm.expect(body.refresh).to.not.eql(pm.variables.get("aliceRefresh"));
            pm.expect(body.access).to.not.eql(pm.variables.get("aliceAccess"));
          });
          pm.collectionVariables.set("aliceSpentRefresh", pm.variables.get("aliceRefresh"));
          pm.collectionVariables.set("aliceRefresh", body.refresh);
          pm.collectionVariables.set("aliceAccess", body.access);
        },
      },
      {
        operation: "refresh_session",
        name: "The answer was lost: the same successor again",
        body: { refresh: "{{aliceSpentRefresh}}" },
        status: 200,
        check: () => {
          pm.test("the refresh token is the same", () => {
            pm.expect(body.refresh).to.eql(pm.variables.get("aliceRefresh"));
          });
        },
      },
      {
        operation: "list_sessions",
        name: "Alice's sessions",
        bearer: "aliceAccess",
        status: 200,
        check: () => {
          pm.test("the current one is marked", () => {
            pm.expect(body.items).to.have.lengthOf(1);
            pm.expect(body.items[0].is_current).to.eql(true);
          });
          pm.collectionVariables.set("aliceSession", body.items[0].id);
        },
      },
      { operation: "end_other_sessions", name: "Alice ends all others", bearer: "aliceAccess", status: 204 },
      {
        operation: "end_session",
        name: "Bob has no session of this id, and Alice's goes on",
        bearer: "bobAccess",
        path: { session_id: "{{aliceSession}}" },
        status: 204,
      },
      { operation: "log_out", name: "Alice logs out", body: { refresh: "{{aliceRefresh}}" }, status: 204 },
      {
        operation: "request_code",
        name: "A code for Bob's new phone",
        body: { phone: "{{bobNewPhone}}" },
        prepare: () => {
          const digits = String(Math.floor(Math.random() * 1e7)).padStart(7, "0");
          pm.collectionVariables.set("bobNewPhone", `+7917${digits}`);
        },
        status: 202,
        check: () => {
          pm.collectionVariables.set("code", body.code);
          pm.collectionVariables.set("requestId", body.request_id);
        },
      },
      {
        operation: "change_phone",
        name: "Bob moves to it",
        bearer: "bobAccess",
        body: { phone: "{{bobNewPhone}}", code: "{{code}}", request_id: "{{requestId}}" },
        status: 200,
        check: () => {
          pm.test("the phone is the new one, the invite code the old one", () => {
            pm.expect(body.phone).to.eql(pm.variables.get("bobNewPhone"));
            pm.expect(body.invite_code).to.eql(pm.variables.get("bobInviteCode"));
          });
        },
      },
      {
        operation: "export_account",
        name: "All that is held about Alice",
        bearer: "aliceAccess",
        status: 200,
        check: () => {
          pm.test("it is hers", () => {
            pm.expect(body.profile.phone).to.eql(pm.variables.get("alicePhone"));
            pm.expect(body.invited_users).to.have.lengthOf(1);
            pm.expect(body.api_token).to.eql(null);
          });
        },
      },
      { operation: "delete_account", name: "Bob deletes his account", bearer: "bobAccess", status: 204 },
      {
        operation: "read_profile",
        name: "A deleted account",
        bearer: "bobAccess",
        status: 401,
        problem: "unauthenticated",
      },
      {
        operation: "refresh_session",
        name: "A session that has ended",
        body: { refresh: "{{aliceRefresh}}" },
        status: 401,
        problem: "token_invalid",
      },
    ],
  },
];
