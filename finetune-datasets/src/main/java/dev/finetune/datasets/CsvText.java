package dev.finetune.datasets;

import dev.finetune.data.DatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The text of a CSV file. */
final class CsvText {

  /** Spreadsheets write it before the first column of a file in UTF-8. */
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private CsvText() {}

  /**
   * Reads a file in UTF-8, without a byte order mark.
   *
   * @throws DatasetException if there is no such file, or it has another encoding
   */
  static String read(Path csv) throws IOException {
    if (!Files.isRegularFile(csv)) {
      throw new DatasetException(
          "The listing must be a CSV file",
          List.of(csv + (Files.isDirectory(csv) ? ": got a directory" : ": no such file")));
    }
    byte[] bytes = Files.readAllBytes(csv);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      int zero = text.indexOf(0);
      if (zero >= 0) { // half of the bytes of Latin letters in UTF-16 without a byte order mark
        throw new DatasetException(
            "The listing must be in UTF-8",
            List.of(csv + ": line " + line(text, zero) + " has a character 0, as in UTF-16"));
      }
      return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DatasetException(
          "The listing must be in UTF-8",
          List.of(
              csv
                  + ": line "
                  + badLine(bytes)
                  + " is not; other encodings, such as Latin-1 and UTF-16, are to be converted"));
    }
  }

  /** Returns the number of the first line that is not UTF-8. */
  private static int badLine(byte[] bytes) {
    String lossy = new String(bytes, StandardCharsets.UTF_8);
    return line(lossy, lossy.indexOf('\ufffd'));
  }

  /** Returns the number of the line with a character. */
  private static int line(String text, int index) {
    return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
  }
}
