<?php
// A receiver in PHP. If STORE names a folder, the event is a file of it, on disk
// before the answer. fsync() takes what fopen() gives, and on Linux that opens
// folders too.
function keep(string $body, string $store): bool
{
    $name = json_decode($body, true, 512, JSON_THROW_ON_ERROR)['id'];
    if ($store === '')
        return true;
    if (!preg_match('/\A[\w-]+\z/', $name))
        return false;
    $file = fopen("$store/tmp/$name", 'x');
    if (!$file || fwrite($file, $body) !== strlen($body) || !fsync($file) ||
        !fclose($file))
        return false;
    if (!rename("$store/tmp/$name", "$store/new/$name"))
        return false;
    $folder = fopen("$store/new", 'r');
    return $folder && fsync($folder);
}

$body = file_get_contents('php://input');
$expected = 'sha256=' . hash_hmac('sha256', $body, getenv('SECRET'));
if (!hash_equals($expected, $_SERVER['HTTP_X_CORAL_SIGNATURE'] ?? ''))
    $code = 401;
else
    $code = keep($body, (string)getenv('STORE')) ? 200 : 500;
$answer = json_encode(['received' => $code === 200]);
http_response_code($code);
header('Content-Type: application/json');
header('Content-Length: ' . strlen($answer));
echo $answer;
