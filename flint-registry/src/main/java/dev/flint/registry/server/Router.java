package dev.flint.registry.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the handler for a path of the distribution API. A repository name has any number of pieces,
 * so paths are read from their end.
 */
final class Router {
  private final BlobHandler blobs;
  private final UploadHandler uploads;
  private final ManifestHandler manifests;
  private final TagHandler tags;
  private final ReferrersHandler referrers;

  Router(
      BlobHandler blobs,
      UploadHandler uploads,
      ManifestHandler manifests,
      TagHandler tags,
      ReferrersHandler referrers) {
    this.blobs = blobs;
    this.uploads = uploads;
    this.manifests = manifests;
    this.tags = tags;
    this.referrers = referrers;
  }

  /** Answers one call. */
  void serve(Call call) throws IOException, Refusal {
    List<String> path = pieces(call.path());
    if (path.isEmpty() || !path.get(0).equals("v2")) {
      throw unknown();
    }
    List<String> rest = path.subList(1, path.size());
    if (rest.isEmpty() || rest.equals(List.of(""))) {
      base(call);
    } else if (rest.equals(List.of("_catalog"))) {
      tags.catalog(call);
    } else {
      repository(call, rest);
    }
  }

  private void repository(Call call, List<String> path) throws IOException, Refusal {
    String last = fromEnd(path, 1);
    String kind = fromEnd(path, 2);
    if (fromEnd(path, 3).equals("blobs") && kind.equals("uploads")) {
      String name = name(path, 3);
      if (last.isEmpty()) {
        uploads.start(call, name);
      } else {
        uploads.session(call, name, last);
      }
    } else if (kind.equals("blobs") && last.equals("uploads")) {
      uploads.start(call, name(path, 2));
    } else if (kind.equals("blobs")) {
      blobs.serve(call, name(path, 2), last);
    } else if (kind.equals("manifests")) {
      manifests.serve(call, name(path, 2), last);
    } else if (kind.equals("referrers")) {
      referrers.serve(call, name(path, 2), last);
    } else if (kind.equals("tags") && last.equals("list")) {
      tags.list(call, name(path, 2));
    } else {
      throw unknown();
    }
  }

  private static void base(Call call) throws IOException, Refusal {
    if (!call.isHead() && !call.method().equals("GET")) {
      throw Refusal.method(call, "GET, HEAD");
    }
    call.answer(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
  }

  private static String name(List<String> path, int tail) throws Refusal {
    return Repositories.checked(String.join("/", path.subList(0, path.size() - tail)));
  }

  private static String fromEnd(List<String> path, int position) {
    return path.size() < position ? "" : path.get(path.size() - position);
  }

  /** Splits before decoding; an encoded slash would be read differently by a proxy. */
  private static List<String> pieces(String path) throws Refusal {
    List<String> pieces = new ArrayList<>();
    if (path.startsWith("/")) {
      for (String piece : path.substring(1).split("/", -1)) {
        String decoded = Call.decode(piece);
        if (decoded.indexOf('/') >= 0) {
          throw new Refusal(400, Problem.NAME_INVALID, "a slash in a name must not be encoded");
        }
        pieces.add(decoded);
      }
    }
    return pieces;
  }

  private static Refusal unknown() {
    return new Refusal(404, Problem.UNSUPPORTED, "no such path in the distribution API");
  }
}
