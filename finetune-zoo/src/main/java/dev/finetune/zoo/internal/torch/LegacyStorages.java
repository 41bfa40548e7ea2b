package dev.finetune.zoo.internal.torch;

import com.google.common.io.CountingInputStream;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.zoo.internal.pickle.Items;
import dev.finetune.zoo.internal.pickle.Pickle;
import dev.finetune.zoo.internal.pickle.Pickled;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The storages of a file of PyTorch before 1.6. The file is a sequence of pickles (a magic number,
 * the protocol, the system, the descriptions, the keys of the storages), then the number of values
 * and the values of each storage.
 */
final class LegacyStorages implements TorchFile.Storages {

  private static final int HEAD = 3;

  private record Place(long from, long length) {}

  private final String file;
  private final FileChannel channel;
  private final Map<String, Place> places = new HashMap<>();

  private LegacyStorages(String file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Reads the descriptions of the tensors. */
  static Contents contents(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      skip(HEAD, in, file);
      return Contents.of(Pickle.read(in, file.toString()), file.toString());
    }
  }

  private static void skip(int pickles, InputStream in, Path file) throws IOException {
    for (int i = 0; i < pickles; i++) {
      Pickle.read(in, file.toString());
    }
  }

  static LegacyStorages open(Path file, Contents contents) throws IOException {
    FileChannel channel = FileChannel.open(file);
    LegacyStorages opened = new LegacyStorages(file.toString(), channel);
    try {
      CountingInputStream in =
          new CountingInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      skip(HEAD + 1, in, file);
      opened.locate(Pickle.read(in, file.toString()), in.getCount(), contents);
      return opened;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void locate(Pickled keys, long first, Contents contents) throws IOException {
    if (!(keys.value() instanceof Items list)) {
      throw new UnreadableFileException(file, "", "the keys of the storages must be a list");
    }
    long at = first;
    for (Object key : list.values()) {
      StorageType type = key instanceof String ? contents.storages().get(key) : null;
      if (type == null) {
        throw new UnreadableFileException(
            file, "byte " + at, "every storage must belong to a tensor, got another one");
      }
      long count = part(at, Long.BYTES).getLong(0);
      if (count < 0 || count > channel.size() / type.bytes()) {
        throw truncated(at + Long.BYTES, count + " values");
      }
      places.put((String) key, new Place(at + Long.BYTES, count * type.bytes()));
      at += Long.BYTES + count * type.bytes();
    }
  }

  @Override
  public ByteBuffer bytes(String key, long span) throws IOException {
    Place place = places.get(key);
    if (place == null) {
      throw new UnreadableFileException(
          file, "storage " + key, "the storage of every tensor must be in the file, got none");
    }
    return part(place.from(), place.length());
  }

  private ByteBuffer part(long from, long length) throws IOException {
    if (length > Integer.MAX_VALUE || length > channel.size() - from) {
      throw truncated(from, length + " bytes");
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private UnreadableFileException truncated(long from, String wanted) throws IOException {
    return new UnreadableFileException(
        file,
        "byte " + from,
        "the file is truncated or damaged: it must have "
            + wanted
            + " from here on, got a file of "
            + channel.size()
            + " bytes");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
