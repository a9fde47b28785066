#include "export/tensorboard.hpp"

#include <algorithm>
#include <boost/crc.hpp>
#include <cmath>
#include <cstring>
#include <map>

namespace byolab {
namespace {

/// The few fields of tensorflow/core/util/event.proto and summary.proto that scalars need, in protobuf's wire format.
class Message {
 public:
  void number(int field, std::uint64_t value) {
    key(field, 0);
    varint(value);
  }
  void fixed(int field, double value) {
    key(field, 1);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void fixed(int field, float value) {
    key(field, 5);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(int field, const std::string& value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int wire_type) {
    varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

/// CRC-32C (Castagnoli), masked as TFRecord wants it, so that a checksum of checksums stays one.
std::uint32_t masked_crc(const char* data, std::size_t size) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data, size);
  const std::uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
}

void append_record(std::string& file, const std::string& record) {
  const auto append = [&](const auto& value) { file.append(reinterpret_cast<const char*>(&value), sizeof value); };
  const auto length = static_cast<std::uint64_t>(record.size());
  append(length);
  append(masked_crc(reinterpret_cast<const char*>(&length), sizeof length));
  file += record;
  append(masked_crc(record.data(), record.size()));
}

Message event(double time, std::int64_t step) {
  Message message;
  message.fixed(1, time);
  message.number(2, static_cast<std::uint64_t>(step));
  return message;
}

/// Seconds from the run's start, by step; before the first row none have passed.
std::map<std::int64_t, double> times_of(const History& history) {
  std::map<std::int64_t, double> times{{0, 0}};
  for (const GroupHistory& rows : history) {
    const auto column = std::find(rows.names.begin(), rows.names.end(), "wall_time");
    if (rows.group != "metrics/train" || column == rows.names.end()) continue;
    const auto& values = rows.columns[static_cast<std::size_t>(column - rows.names.begin())];
    for (std::size_t i = 0; i < rows.steps.size(); ++i) times[rows.steps[i]] = values[i];
  }
  return times;
}

std::string row_summary(const GroupHistory& rows, const std::string& prefix, std::size_t row) {
  Message summary;
  for (std::size_t c = 0; c < rows.columns.size(); ++c) {
    if (std::isnan(rows.columns[c][row])) continue;
    Message value;
    value.text(1, prefix + "/" + rows.names[c]);
    value.fixed(2, rows.columns[c][row]);
    summary.text(1, value.bytes());
  }
  return summary.bytes();
}

}  // namespace

std::string event_file_of(const History& history, double started) {
  std::string file;
  Message version = event(started, 0);
  version.text(3, "brain.Event:2");  // what TensorBoard takes the format's version from
  append_record(file, version.bytes());
  const auto times = times_of(history);
  for (const GroupHistory& rows : history) {
    const bool metric = rows.group.starts_with("metrics/");
    const std::string prefix = metric ? rows.group.substr(8) : rows.group;
    for (std::size_t i = 0; i < rows.steps.size(); ++i) {
      const double seconds = std::prev(times.upper_bound(std::max<std::int64_t>(0, rows.steps[i])))->second;
      Message message = event(started + seconds, rows.steps[i]);
      message.text(5, row_summary(rows, prefix, i));
      append_record(file, message.bytes());
    }
  }
  return file;
}

}  // namespace byolab
