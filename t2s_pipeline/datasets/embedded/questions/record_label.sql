-- How many albums are there?
-- What is the number of albums?
SELECT count(*) FROM album

-- Show the titles of all songs.
-- List every song title.
SELECT title FROM song

-- Which artists come from Germany? Give their names.
-- Show the names of the artists from Germany.
SELECT name FROM artist WHERE country = 'Germany'

-- How long is the longest song in seconds?
-- What is the maximum number of seconds of a song?
SELECT max(seconds) FROM song

-- What are the average sales of an album?
SELECT avg(sales) FROM album

-- How many concerts were held in Berlin?
-- Count the concerts in the city of Berlin.
SELECT count(*) FROM concert WHERE city = 'Berlin'

-- What are the different genres of the albums?
SELECT DISTINCT genre FROM album

-- List album titles by release date, the oldest first.
-- Show the titles of albums from the earliest to the latest release date.
SELECT title FROM album ORDER BY release_date

-- Show name and country of all artists.
-- List the artists with their countries.
SELECT name, country FROM artist

-- What is the best selling album? Give its title.
-- Find the title of the album with the highest sales.
SELECT title FROM album ORDER BY sales DESC LIMIT 1

-- Show the title and seconds of the three shortest songs.
-- What are the titles and lengths in seconds of the 3 shortest songs?
SELECT title, seconds FROM song ORDER BY seconds LIMIT 3

-- How many albums are there in each genre?
-- For every genre show the number of albums.
SELECT genre, count(*) FROM album GROUP BY genre

-- What are the total sales for each genre?
-- Show each genre with the sum of album sales.
SELECT genre, sum(sales) FROM album GROUP BY genre

-- Show every album title with the name of its artist.
-- Who made each album? List album titles and artist names.
SELECT T1.title, T2.name FROM album AS T1 JOIN artist AS T2 ON T1.artist_id = T2.artist_id

-- What are the titles of the albums by Glass Parade?
-- List the albums of the artist Glass Parade.
SELECT T1.title FROM album AS T1 JOIN artist AS T2 ON T1.artist_id = T2.artist_id WHERE T2.name = 'Glass Parade'

-- Which songs are on the album Paper Birds? Show the song titles and tracks.
-- Give title and track of every song on the album titled Paper Birds.
SELECT T1.title, T1.track FROM song AS T1 JOIN album AS T2 ON T1.album_id = T2.album_id WHERE T2.title = 'Paper Birds'

-- In which cities did The Copper Foxes give a concert?
-- List the concert cities of the artist The Copper Foxes.
SELECT T1.city FROM concert AS T1 JOIN artist AS T2 ON T1.artist_id = T2.artist_id WHERE T2.name = 'The Copper Foxes'

-- What are the titles of Rock albums that sold more than 300000?
-- Show titles of albums of the genre Rock with sales above 300000.
SELECT title FROM album WHERE genre = 'Rock' AND sales > 300000

-- Which albums were released between 2010-01-01 and 2015-12-31? Show title and release date.
SELECT title, release_date FROM album WHERE release_date BETWEEN '2010-01-01' AND '2015-12-31'

-- Which songs have the word Road in the title? Show title and seconds.
-- Show titles and seconds of songs with Road in the title.
SELECT title, seconds FROM song WHERE title LIKE '%Road%'

-- Which cities had at least 3 concerts?
-- Show the cities where more than two concerts took place.
SELECT city FROM concert GROUP BY city HAVING count(*) >= 3

-- How many albums did each label release? Show the label name and the count.
-- For each label name, count its albums.
SELECT T1.name, count(*) FROM label AS T1 JOIN album AS T2 ON T1.label_id = T2.label_id GROUP BY T1.label_id

-- Which artists formed after 2010 or have only 1 member? Give their names.
-- Show the names of artists that have exactly 1 member or formed later than 2010.
SELECT name FROM artist WHERE formed_year > 2010 OR members = 1

-- Which artists have no album? Show the names.
-- Find the artists who have never made an album.
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album)

-- Which artists gave no concert?
-- Give the names of artists without a concert.
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert)

-- Which albums sold better than the average album? Show their titles.
-- Find the titles of albums with sales above average.
SELECT title FROM album WHERE sales > (SELECT avg(sales) FROM album)

-- Which cities have both a label and a concert?
-- Find the cities where a label is located and a concert took place.
SELECT city FROM label INTERSECT SELECT city FROM concert

-- Show the cities with a label but without a concert.
SELECT city FROM label EXCEPT SELECT city FROM concert

-- What are the titles of songs longer than the song Jetty?
-- Which songs last more seconds than the song called Jetty?
SELECT title FROM song WHERE seconds > (SELECT seconds FROM song WHERE title = 'Jetty')

-- Which artist sold the most tickets in total? Show the name and the total.
-- Give the name of the artist with the highest sum of tickets, and the sum.
SELECT T1.name, sum(T2.tickets) FROM artist AS T1 JOIN concert AS T2 ON T1.artist_id = T2.artist_id GROUP BY T1.artist_id ORDER BY sum(T2.tickets) DESC LIMIT 1

-- Which songs are by the artist Nordlys?
-- Show the titles of all songs on albums of the artist Nordlys.
SELECT T1.title FROM song AS T1 JOIN album AS T2 ON T1.album_id = T2.album_id JOIN artist AS T3 ON T2.artist_id = T3.artist_id WHERE T3.name = 'Nordlys'

-- Which artist has the longest song? Give the name of the artist.
-- Find the name of the artist whose song lasts the most seconds.
SELECT T3.name FROM song AS T1 JOIN album AS T2 ON T1.album_id = T2.album_id JOIN artist AS T3 ON T2.artist_id = T3.artist_id ORDER BY T1.seconds DESC LIMIT 1

-- Which artists released both a Rock album and a Pop album?
-- Find the names of artists that have an album in Rock and an album in Pop.
SELECT T1.name FROM artist AS T1 JOIN album AS T2 ON T1.artist_id = T2.artist_id WHERE T2.genre = 'Rock' INTERSECT SELECT T1.name FROM artist AS T1 JOIN album AS T2 ON T1.artist_id = T2.artist_id WHERE T2.genre = 'Pop'

-- Which labels never released a Pop album? Show their names.
-- Find the names of labels without an album of the genre Pop.
SELECT name FROM label EXCEPT SELECT T1.name FROM label AS T1 JOIN album AS T2 ON T1.label_id = T2.label_id WHERE T2.genre = 'Pop'

-- Which artists played in London and in Berlin? Show the artist names.
SELECT T1.name FROM artist AS T1 JOIN concert AS T2 ON T1.artist_id = T2.artist_id WHERE T2.city = 'London' INTERSECT SELECT T1.name FROM artist AS T1 JOIN concert AS T2 ON T1.artist_id = T2.artist_id WHERE T2.city = 'Berlin'

-- Which labels have at least two albums released after 2010-01-01? Show the name and the number of such albums.
-- Give the label names and album counts for labels with more than one album released after 2010-01-01.
SELECT T1.name, count(*) FROM label AS T1 JOIN album AS T2 ON T1.label_id = T2.label_id WHERE T2.release_date > '2010-01-01' GROUP BY T1.label_id HAVING count(*) >= 2

-- Which artists have sold over 150000 with an album on the label Harbor Sound? Show the artist name and the album title.
-- Show artist names and album titles of Harbor Sound albums with sales over 150000.
SELECT T1.name, T2.title FROM artist AS T1 JOIN album AS T2 ON T1.artist_id = T2.artist_id JOIN label AS T3 ON T2.label_id = T3.label_id WHERE T3.name = 'Harbor Sound' AND T2.sales > 150000

-- Which country's artists have the highest total album sales? Show the country and the total.
-- Give the country with the most album sales and the sum of those sales.
SELECT T1.country, sum(T2.sales) FROM artist AS T1 JOIN album AS T2 ON T1.artist_id = T2.artist_id GROUP BY T1.country ORDER BY sum(T2.sales) DESC LIMIT 1

-- Show the title and sales of the Pop albums, the best selling first. The genre is Pop.
-- List titles and sales of all albums of the genre Pop from high to low sales.
SELECT title, sales FROM album WHERE genre = 'Pop' ORDER BY sales DESC

-- How many concerts did Glass Parade give?
-- Count the concerts of the artist Glass Parade.
SELECT count(*) FROM concert AS T1 JOIN artist AS T2 ON T1.artist_id = T2.artist_id WHERE T2.name = 'Glass Parade'

-- What is the average number of members of the artists in each country?
SELECT country, avg(members) FROM artist GROUP BY country

-- What are the shortest and the average length in seconds of the songs with track 1?
-- Give the minimum and average seconds for songs that are track 1.
SELECT min(seconds), avg(seconds) FROM song WHERE track = 1

-- Which artists from Australia or Germany have an album with sales under 90000? Show the artist name, the title and the sales.
SELECT T1.name, T2.title, T2.sales FROM artist AS T1 JOIN album AS T2 ON T1.artist_id = T2.artist_id WHERE T2.sales < 90000 AND T1.country = 'Australia' OR T2.sales < 90000 AND T1.country = 'Germany'

-- Which label released the newest album by an artist from Sweden? Show the label name and the album title.
-- Show label name and title of the most recent album by an artist from Sweden.
SELECT T1.name, T2.title FROM label AS T1 JOIN album AS T2 ON T1.label_id = T2.label_id JOIN artist AS T3 ON T2.artist_id = T3.artist_id WHERE T3.country = 'Sweden' ORDER BY T2.release_date DESC LIMIT 1
