// Asks the browser for a passkey and sends its answer with the form it stands in. Nothing is asked before somebody presses the button.
(() => {
  const bytes = (text) => {
    const base64 = text.replace(/-/g, '+').replace(/_/g, '/');
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
    return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (options) => {
    const user = { ...options.user, id: bytes(options.user.id) };
    const publicKey = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey });
    const { attestationObject, clientDataJSON } = made.response;
    return [made, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) }];
  };
  const use = async (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const shown = await navigator.credentials.get({ publicKey });
    const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response;
    return [
      shown,
      {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    ];
  };

  const why = (error) => {
    switch (error.name) {
      case 'NotAllowedError':
        return 'Nothing was sent: it was cancelled, took too long, or this device has no passkey for your account.';
      case 'InvalidStateError':
        return 'This device or security key has a passkey for your account already.';
      case 'SecurityError':
        return 'Passkeys work at the usual address of Headroom only. Open it there.';
      default:
        return 'Your browser could not do this. Try again, or use another second factor.';
    }
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!window.PublicKeyCredential) {
      form.querySelector('[data-passkey-absent]').hidden = false;
      continue;
    }
    const said = form.querySelector('[data-passkey-said]');
    let busy = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      said.hidden = true;
      try {
        const options = JSON.parse(form.dataset.options);
        const [credential, response] = await (form.dataset.passkey === 'new' ? make(options) : use(options));
        const answer = { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, extensions: {} };
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        said.textContent = why(error);
        said.hidden = false;
        busy = false;
      }
    });
    form.querySelector('[data-passkey-ready]').hidden = false;
  }
})();
