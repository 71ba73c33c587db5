// Speaks to pods by Kubernetes' own client for Node, and prints what came as JSON.
//   node streams.mjs CLIENT URL exec POD CONTAINER STDIN COMMAND...
//   node streams.mjs CLIENT URL terminal|leave POD CONTAINER COMMAND...
//   node streams.mjs CLIENT URL attach POD CONTAINER PORT
//   node streams.mjs CLIENT URL type POD CONTAINER INPUT
//   node streams.mjs CLIENT URL forward POD PORT
import net from 'node:net';
import {PassThrough, Readable, Writable} from 'node:stream';

const [client, url, verb, pod, ...words] = process.argv.slice(2);
const k8s = await import(client);
const config = new k8s.KubeConfig();
config.loadFromClusterAndUser(
  {name: 'test', server: url, skipTLSVerify: true}, {name: 'test', token: 'theirs'});

const said = {stdout: '', stderr: '', error: ''};
const heard = {stdout: () => {}, stderr: () => {}};
const into = name => new Writable({
  write(chunk, encoding, done) {
    said[name] += chunk;
    heard[name]();
    done();
  },
});
const ended = socket => new Promise(resolve => socket.on('close', resolve));

try {
  if (verb === 'exec') {
    const [container, input, ...command] = words;
    const socket = await new k8s.Exec(config).exec(
      'default', pod, container, command, into('stdout'), into('stderr'),
      input ? Readable.from([Buffer.from(input)]) : null, false,
      status => { said.status = status; });
    await ended(socket);
  } else if (verb === 'terminal') {
    const [container, ...command] = words;
    const input = new PassThrough();
    const output = into('stdout');
    Object.assign(output, {rows: 33, columns: 111});
    const socket = await new k8s.Exec(config).exec(
      'default', pod, container, command, output, null, input, true,
      status => { said.status = status; });
    output.emit('resize');
    input.write('\n');
    await ended(socket);
  } else if (verb === 'leave') {
    const [container, ...command] = words;
    const begun = new Promise(resolve => { heard.stdout = resolve; });
    const socket = await new k8s.Exec(config).exec(
      'default', pod, container, command, into('stdout'), null, new PassThrough(), false);
    await begun;
    socket.terminate();
  } else if (verb === 'attach') {
    const [container, port] = words;
    const some = new Promise(resolve => { heard.stdout = resolve; });
    const socket = await new k8s.Attach(config).attach(
      'default', pod, container, into('stdout'), into('stderr'), null, false);
    // So that it has something to say; again, as the stream is open before it shows anything.
    const ask = () => net.connect(Number(port), '127.0.0.1')
      .on('data', () => {}).on('error', () => {}).end('GET /x HTTP/1.0\r\n\r\n');
    ask();
    const asking = setInterval(ask, 500);
    await some;
    clearInterval(asking);
    socket.terminate();
  } else if (verb === 'type') {
    const [container, input] = words;
    const socket = await new k8s.Attach(config).attach(
      'default', pod, container, into('stdout'), into('stderr'),
      Readable.from([Buffer.from(input)]), false);
    await ended(socket);
  } else {
    const input = new PassThrough();
    const socket = await new k8s.PortForward(config).portForward(
      'default', pod, [Number(words[0])], into('stdout'), into('stderr'), input);
    input.write('GET /x HTTP/1.0\r\n\r\n');
    await ended(socket);
  }
} catch (error) {
  said.error = String(error.message ?? error);
}
console.log(JSON.stringify(said));
process.exit(0);
