#pragma once

#include <string>

#include "record/history.hpp"

namespace byolab {

/// All rows as a TensorBoard event file: records framed as TFRecord has them (length, masked CRC-32C), each an Event
/// message with one row's values under the tags "train/loss", "knn/top1", …. `started`: seconds since 1970, to which
/// the column `wall_time` of metrics/train is added for an event's time. NaN is left out.
BYOLAB_API std::string event_file_of(const History& history, double started);

}  // namespace byolab
