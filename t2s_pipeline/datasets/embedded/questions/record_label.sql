-- How many albums are there?
-- What is the number of albums?
SELECT count(*) FROM album

-- Show the titles of all songs.
-- List every song title.
SELECT Title FROM song

-- Which artists come from Germany? Give their names.
-- Show the names of the artists from Germany.
SELECT Name FROM artist WHERE Country = 'Germany'

-- How long is the longest song in seconds?
-- What is the maximum number of seconds of a song?
SELECT max(Seconds) FROM song

-- What are the average sales of an album?
SELECT avg(Sales) FROM album

-- How many concerts were held in Berlin?
-- Count the concerts in the city of Berlin.
SELECT count(*) FROM concert WHERE City = 'Berlin'

-- What are the different genres of the albums?
SELECT DISTINCT Genre FROM album

-- List album titles by release date, the oldest first.
-- Show the titles of albums from the earliest to the latest release date.
SELECT Title FROM album ORDER BY Release_Date

-- Show name and country of all artists.
-- List the artists with their countries.
SELECT Name, Country FROM artist

-- What is the best selling album? Give its title.
-- Find the title of the album with the highest sales.
SELECT Title FROM album ORDER BY Sales DESC LIMIT 1

-- Show the title and seconds of the three shortest songs.
-- What are the titles and lengths in seconds of the 3 shortest songs?
SELECT Title, Seconds FROM song ORDER BY Seconds LIMIT 3

-- How many albums are there in each genre?
-- For every genre show the number of albums.
SELECT Genre, count(*) FROM album GROUP BY Genre

-- What are the total sales for each genre?
-- Show each genre with the sum of album sales.
SELECT Genre, sum(Sales) FROM album GROUP BY Genre

-- Show every album title with the name of its artist.
-- Who made each album? List album titles and artist names.
SELECT T1.Title, T2.Name FROM album AS T1 JOIN artist AS T2 ON T1.Artist_ID = T2.Artist_ID

-- What are the titles of the albums by Glass Parade?
-- List the albums of the artist Glass Parade.
SELECT T1.Title FROM album AS T1 JOIN artist AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Name = 'Glass Parade'

-- Which songs are on the album Paper Birds? Show the song titles and tracks.
-- Give title and track of every song on the album titled Paper Birds.
SELECT T1.Title, T1.Track FROM song AS T1 JOIN album AS T2 ON T1.Album_ID = T2.Album_ID WHERE T2.Title = 'Paper Birds'

-- In which cities did The Copper Foxes give a concert?
-- List the concert cities of the artist The Copper Foxes.
SELECT T1.City FROM concert AS T1 JOIN artist AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Name = 'The Copper Foxes'

-- What are the titles of Rock albums that sold more than 300000?
-- Show titles of albums of the genre Rock with sales above 300000.
SELECT Title FROM album WHERE Genre = 'Rock' AND Sales > 300000

-- Which albums were released between 2010-01-01 and 2015-12-31? Show title and release date.
SELECT Title, Release_Date FROM album WHERE Release_Date BETWEEN '2010-01-01' AND '2015-12-31'

-- Which songs have the word Road in the title? Show title and seconds.
-- Show titles and seconds of songs with Road in the title.
SELECT Title, Seconds FROM song WHERE Title LIKE '%Road%'

-- Which cities had at least 3 concerts?
-- Show the cities where more than two concerts took place.
SELECT City FROM concert GROUP BY City HAVING count(*) >= 3

-- How many albums did each label release? Show the label name and the count.
-- For each label name, count its albums.
SELECT T1.Name, count(*) FROM label AS T1 JOIN album AS T2 ON T1.Label_ID = T2.Label_ID GROUP BY T1.Label_ID

-- Which artists formed after 2010 or have only 1 member? Give their names.
-- Show the names of artists that have exactly 1 member or formed later than 2010.
SELECT Name FROM artist WHERE Formed_Year > 2010 OR Members = 1

-- Which artists have no album? Show the names.
-- Find the artists who have never made an album.
SELECT Name FROM artist WHERE Artist_ID NOT IN (SELECT Artist_ID FROM album)

-- Which artists gave no concert?
-- Give the names of artists without a concert.
SELECT Name FROM artist WHERE Artist_ID NOT IN (SELECT Artist_ID FROM concert)

-- Which albums sold better than the average album? Show their titles.
-- Find the titles of albums with sales above average.
SELECT Title FROM album WHERE Sales > (SELECT avg(Sales) FROM album)

-- Which cities have both a label and a concert?
-- Find the cities where a label is located and a concert took place.
SELECT City FROM label INTERSECT SELECT City FROM concert

-- Show the cities with a label but without a concert.
SELECT City FROM label EXCEPT SELECT City FROM concert

-- What are the titles of songs longer than the song Jetty?
-- Which songs last more seconds than the song called Jetty?
SELECT Title FROM song WHERE Seconds > (SELECT Seconds FROM song WHERE Title = 'Jetty')

-- Which artist sold the most tickets in total? Show the name and the total.
-- Give the name of the artist with the highest sum of tickets, and the sum.
SELECT T1.Name, sum(T2.Tickets) FROM artist AS T1 JOIN concert AS T2 ON T1.Artist_ID = T2.Artist_ID GROUP BY T1.Artist_ID ORDER BY sum(T2.Tickets) DESC LIMIT 1

-- Which songs are by the artist Nordlys?
-- Show the titles of all songs on albums of the artist Nordlys.
SELECT T1.Title FROM song AS T1 JOIN album AS T2 ON T1.Album_ID = T2.Album_ID JOIN artist AS T3 ON T2.Artist_ID = T3.Artist_ID WHERE T3.Name = 'Nordlys'

-- Which artist has the longest song? Give the name of the artist.
-- Find the name of the artist whose song lasts the most seconds.
SELECT T3.Name FROM song AS T1 JOIN album AS T2 ON T1.Album_ID = T2.Album_ID JOIN artist AS T3 ON T2.Artist_ID = T3.Artist_ID ORDER BY T1.Seconds DESC LIMIT 1

-- Which artists released both a Rock album and a Pop album?
-- Find the names of artists that have an album in Rock and an album in Pop.
SELECT T1.Name FROM artist AS T1 JOIN album AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Genre = 'Rock' INTERSECT SELECT T1.Name FROM artist AS T1 JOIN album AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Genre = 'Pop'

-- Which labels never released a Pop album? Show their names.
-- Find the names of labels without an album of the genre Pop.
SELECT Name FROM label EXCEPT SELECT T1.Name FROM label AS T1 JOIN album AS T2 ON T1.Label_ID = T2.Label_ID WHERE T2.Genre = 'Pop'

-- Which artists played in London and in Berlin? Show the artist names.
SELECT T1.Name FROM artist AS T1 JOIN concert AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.City = 'London' INTERSECT SELECT T1.Name FROM artist AS T1 JOIN concert AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.City = 'Berlin'

-- Which labels have at least two albums released after 2010-01-01? Show the name and the number of such albums.
-- Give the label names and album counts for labels with more than one album released after 2010-01-01.
SELECT T1.Name, count(*) FROM label AS T1 JOIN album AS T2 ON T1.Label_ID = T2.Label_ID WHERE T2.Release_Date > '2010-01-01' GROUP BY T1.Label_ID HAVING count(*) >= 2

-- Which artists have sold over 150000 with an album on the label Harbor Sound? Show the artist name and the album title.
-- Show artist names and album titles of Harbor Sound albums with sales over 150000.
SELECT T1.Name, T2.Title FROM artist AS T1 JOIN album AS T2 ON T1.Artist_ID = T2.Artist_ID JOIN label AS T3 ON T2.Label_ID = T3.Label_ID WHERE T3.Name = 'Harbor Sound' AND T2.Sales > 150000

-- Which country's artists have the highest total album sales? Show the country and the total.
-- Give the country with the most album sales and the sum of those sales.
SELECT T1.Country, sum(T2.Sales) FROM artist AS T1 JOIN album AS T2 ON T1.Artist_ID = T2.Artist_ID GROUP BY T1.Country ORDER BY sum(T2.Sales) DESC LIMIT 1

-- Show the title and sales of the Pop albums, the best selling first. The genre is Pop.
-- List titles and sales of all albums of the genre Pop from high to low sales.
SELECT Title, Sales FROM album WHERE Genre = 'Pop' ORDER BY Sales DESC

-- How many concerts did Glass Parade give?
-- Count the concerts of the artist Glass Parade.
SELECT count(*) FROM concert AS T1 JOIN artist AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Name = 'Glass Parade'

-- What is the average number of members of the artists in each country?
SELECT Country, avg(Members) FROM artist GROUP BY Country

-- What are the shortest and the average length in seconds of the songs with track 1?
-- Give the minimum and average seconds for songs that are track 1.
SELECT min(Seconds), avg(Seconds) FROM song WHERE Track = 1

-- Which artists from Australia or Germany have an album with sales under 90000? Show the artist name, the title and the sales.
SELECT T1.Name, T2.Title, T2.Sales FROM artist AS T1 JOIN album AS T2 ON T1.Artist_ID = T2.Artist_ID WHERE T2.Sales < 90000 AND T1.Country = 'Australia' OR T2.Sales < 90000 AND T1.Country = 'Germany'

-- Which label released the newest album by an artist from Sweden? Show the label name and the album title.
-- Show label name and title of the most recent album by an artist from Sweden.
SELECT T1.Name, T2.Title FROM label AS T1 JOIN album AS T2 ON T1.Label_ID = T2.Label_ID JOIN artist AS T3 ON T2.Artist_ID = T3.Artist_ID WHERE T3.Country = 'Sweden' ORDER BY T2.Release_Date DESC LIMIT 1
