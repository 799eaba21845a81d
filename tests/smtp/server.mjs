// A real mail server on this machine, for the tests of reminders. It prints one line of JSON for its port and one for
// each mail it took, and does what is written to it: {"refuse": 450} answers every recipient so, {"refuse": null} takes
// mail again.
//
//   node server.mjs                                   without TLS
//   node server.mjs KEY.pem CERTIFICATE.pem PASSWORD  TLS by STARTTLS, and nothing without it and the password

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

const [keyFile, certificateFile, password] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
let refuse = null;

const server = new SMTPServer({
    ...(keyFile
        ? { key: readFileSync(keyFile), cert: readFileSync(certificateFile) }
        : { disabledCommands: ["STARTTLS", "AUTH"] }),
    authOptional: !keyFile,
    onAuth(auth, _session, done) {
        if (auth.username === "headroom" && auth.password === password) done(null, { user: auth.username });
        else done(new Error("not this password"));
    },
    onRcptTo(_address, _session, done) {
        if (!refuse) return done();
        const no = new Error("as the test wants it");
        no.responseCode = refuse;
        done(no);
    },
    onData(stream, session, done) {
        simpleParser(stream).then((mail) => {
            say({
                secure: session.secure,
                user: session.user ?? null,
                to: session.envelope.rcptTo.map((to) => to.address),
                subject: mail.subject,
                text: mail.text,
                id: mail.messageId,
                headers: Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line])),
            });
            done();
        }, done);
    },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => say({ port: server.server.address().port }));
createInterface({ input: process.stdin })
    .on("line", (line) => {
        ({ refuse } = JSON.parse(line));
        say({ refuse });
    })
    // Whoever started it is gone.
    .on("close", () => process.exit(0));
