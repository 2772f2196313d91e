/** How much of a request has left; `1`: all of it, and the answer is awaited. */
export type Sent = (part: number) => void;

/**
 * Sends a request with a file as its body and says how much of it has left, which `fetch` does not tell. Given to the client in place of
 * `fetch`, so that everything else is as with any other call.
 */
export function uploading(file: File, sent: Sent): (request: Request) => Promise<Response> {
  return (request) =>
    new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      call.open(request.method, request.url);
      for (const [name, value] of request.headers) call.setRequestHeader(name, value);
      call.upload.onprogress = ({ loaded, total }) => sent(total === 0 ? 1 : loaded / total);
      call.upload.onload = () => sent(1);
      call.onerror = () => reject(new TypeError('The connection broke while the file was sent; send it again.'));
      call.onload = () => {
        const { status, statusText, responseText } = call;
        resolve(new Response(responseText, { status, statusText, headers: headersOf(call.getAllResponseHeaders()) }));
      };
      call.send(file);
    });
}

function headersOf(text: string): Headers {
  const headers = new Headers();
  for (const line of text.trim().split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return headers;
}
